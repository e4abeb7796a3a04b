/** The loudspeaker: one audio element for the life of the page, because a new one would need a new click to be allowed
 *  to play. */
export const callAudio: HTMLAudioElement = document.createElement('audio');
callAudio.autoplay = true;
document.body.append(callAudio);
